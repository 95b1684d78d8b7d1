/** Asks before something goes on: yes or no. One question at a time; the next one waits. */

export interface Question {
  title: string;
  text: string;
  yes: string;
  no?: string;
  /** danger: what cannot be taken back. */
  look?: 'strong' | 'danger';
}

class Questions {
  waiting = $state.raw<readonly (Question & { answer: (yes: boolean) => void })[]>([]);

  ask(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
      this.waiting = [...this.waiting, { ...question, answer: resolve }];
    });
  }

  answer(yes: boolean): void {
    const [asked, ...rest] = this.waiting;
    this.waiting = rest;
    asked?.answer(yes);
  }
}

export const questions = new Questions();
